namespace MuLambda.Protocol.Rest;

/// <summary>The two shapes of TensorFlow Serving's predict bodies.</summary>
public enum PredictJsonFormat
{
    /// <summary><c>instances</c> and <c>predictions</c>: one entry an example.</summary>
    Row,

    /// <summary><c>inputs</c> and <c>outputs</c>: one entry a tensor.</summary>
    Column,
}
