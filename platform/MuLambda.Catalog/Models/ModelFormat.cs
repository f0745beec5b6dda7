using System.Text.Json.Serialization;

namespace MuLambda.Catalog;

/// <summary>How a model's artifact is written.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelFormat>))]
public enum ModelFormat
{
    /// <summary>A TensorFlow SavedModel directory.</summary>
    [JsonStringEnumMemberName("saved_model")]
    SavedModel,

    /// <summary>An ONNX file.</summary>
    [JsonStringEnumMemberName("onnx")]
    Onnx,
}
