namespace MuLambda.Selector;

/// <summary>What may be told of a request, each once.</summary>
[Flags]
internal enum FeedbackKinds
{
    None = 0,

    /// <summary>Whether, or how far, the answer was right.</summary>
    Accuracy = 1,

    /// <summary>How sure the model was.</summary>
    Confidence = 2,

    /// <summary>How long the executor took, or that it failed.</summary>
    Outcome = 4,
}
