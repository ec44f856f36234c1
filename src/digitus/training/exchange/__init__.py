"""Models in and out: other people's read as plain data, any written as ONNX, Keras, TFLite."""
