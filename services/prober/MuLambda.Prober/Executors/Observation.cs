using MuLambda.Catalog;

namespace MuLambda.Prober.Executors;

/// <summary>What one look at an executor showed.</summary>
internal abstract record Observation
{
    private Observation()
    {
    }

    /// <summary>It answered.</summary>
    /// <param name="Available">The model versions it serves, in the order of the names, newest first.</param>
    /// <param name="Missing">Why others are not served; null where nothing is missing, which leaves no models where none were promised.</param>
    public sealed record Answered(IReadOnlyList<ModelReference> Available, string? Missing = null) : Observation;

    /// <summary>It did not, or not what TensorFlow Serving would.</summary>
    /// <param name="Reason">How.</param>
    /// <param name="Refused">True where nobody listens at its address.</param>
    public sealed record Unanswered(string Reason, bool Refused = false) : Observation;
}
