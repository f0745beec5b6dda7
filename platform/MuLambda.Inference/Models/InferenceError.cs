namespace MuLambda.Inference;

/// <summary>Why an inference failed.</summary>
public enum InferenceError
{
    /// <summary>An input tensor is missing, unknown, malformed, or has the wrong type or shape. The caller's fault.</summary>
    InvalidInput,

    /// <summary>The model has no signature of that name. The caller's fault.</summary>
    UnknownSignature,

    /// <summary>The signature has no output of a name that was asked for. The caller's fault.</summary>
    UnknownOutput,

    /// <summary>A tensor is larger than the limits allow. The caller's fault.</summary>
    TooLarge,

    /// <summary>The native runtime failed.</summary>
    Runtime,

    /// <summary>The native runtime is not installed.</summary>
    RuntimeMissing,
}
