namespace MuLambda.Protocol.Rest;

/// <summary>A body that cannot be read; the message begins with the place, unless that is the whole body.</summary>
public sealed class PredictJsonException : Exception
{
    /// <summary>The place of an error that concerns the whole body.</summary>
    public const string WholeBody = "$";

    /// <summary>Creates the exception.</summary>
    /// <param name="field">The place: a path such as <c>instances[3].image[0]</c>, or <c>$</c> for the whole body.</param>
    /// <param name="reason">What was expected there and what was given.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public PredictJsonException(string field, string reason, Exception? innerException = null)
        : base(field == WholeBody ? reason : $"{field}: {reason}", innerException)
    {
        Field = field;
        Reason = reason;
    }

    /// <summary>The place: a path such as <c>instances[3].image[0]</c>, or <c>$</c> for the whole body.</summary>
    public string Field { get; }

    /// <summary>What was expected there and what was given.</summary>
    public string Reason { get; }
}
