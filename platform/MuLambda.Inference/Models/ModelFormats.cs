namespace MuLambda.Inference;

/// <summary>The formats models come in, by the names the catalog and the wire use.</summary>
public static class ModelFormats
{
    /// <summary>TensorFlow's SavedModel: a directory with a <c>saved_model.pb</c>.</summary>
    public const string SavedModel = "saved_model";

    /// <summary>An ONNX model in a single file.</summary>
    public const string Onnx = "onnx";

    /// <summary>The name of the signature an ONNX model has, and of the one a request means that names none.</summary>
    public const string DefaultSignature = "serving_default";
}
