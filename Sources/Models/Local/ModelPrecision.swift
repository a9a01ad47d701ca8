/// In which numbers a local model computes.
package enum ModelPrecision: String, Sendable, CaseIterable {
  /// float32: the reference.
  case fp32
  /// bfloat16: faster where the processor multiplies it fast (AMX), mean cosine to fp32 .9999.
  case bf16
  /// Weights and activations of 8 bits, calibrated: needs the model's `model.int8.xml`, which
  /// `scripts/quantize-model` makes.
  case int8

  /// What OpenVINO calls it. What is quantized computes the rest in float32.
  var hint: String { self == .bf16 ? "bf16" : "f32" }
}

/// What a local model computes on.
package enum ModelDevice: String, Sendable, CaseIterable {
  /// A GPU that OpenVINO can use, else the processor.
  case auto
  case cpu
  case gpu
}
