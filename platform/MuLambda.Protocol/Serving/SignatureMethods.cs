namespace MuLambda.Protocol.Serving;

/// <summary>What a signature is for, and the names its tensors then have.</summary>
public static class SignatureMethods
{
    /// <summary>Tensors to tensors.</summary>
    public const string Predict = "tensorflow/serving/predict";

    /// <summary>Examples to labels and scores.</summary>
    public const string Classify = "tensorflow/serving/classify";

    /// <summary>Examples to numbers.</summary>
    public const string Regress = "tensorflow/serving/regress";

    /// <summary>The input of classification and regression: serialized examples.</summary>
    public const string Inputs = "inputs";

    /// <summary>The output of regression.</summary>
    public const string Outputs = "outputs";

    /// <summary>The labels of classification.</summary>
    public const string Classes = "classes";

    /// <summary>The scores of classification.</summary>
    public const string Scores = "scores";
}
