namespace MuLambda.Load;

/// <summary>A target that cannot be put under load: it does not answer, or does not know the model.</summary>
public sealed class LoadTargetException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">What the failure would be counted as; <see cref="FailureKinds.WrongAnswer"/> where the answer does not fit.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public LoadTargetException(string kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>What the failure would be counted as.</summary>
    public string Kind { get; }
}
