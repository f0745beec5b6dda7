namespace MuLambda.Scaling;

/// <summary>Something to be done so that what is comes nearer to what shall be.</summary>
/// <param name="Executor">The executor that it is done to.</param>
public abstract record ReconcileAction(string Executor)
{
    /// <summary>Have an executor serve these models, and launch it where it is not there.</summary>
    /// <param name="Executor">The executor.</param>
    /// <param name="Models">All that it serves from now on.</param>
    /// <param name="Added">The one among them that is new; null where none is.</param>
    /// <param name="IsNew">Whether the executor is not there yet.</param>
    public sealed record Serve(string Executor, IReadOnlyList<PlacedModel> Models, string? Added, bool IsNew) : ReconcileAction(Executor);

    /// <summary>Have nobody choose a model in an executor any more.</summary>
    /// <param name="Executor">The executor.</param>
    /// <param name="Model">The model's name.</param>
    public sealed record Drain(string Executor, string Model) : ReconcileAction(Executor);

    /// <summary>Have a model in an executor chosen again that drained.</summary>
    /// <param name="Executor">The executor.</param>
    /// <param name="Model">The model's name.</param>
    public sealed record Revive(string Executor, string Model) : ReconcileAction(Executor);

    /// <summary>End an executor.</summary>
    /// <param name="Executor">The executor.</param>
    public sealed record Retire(string Executor) : ReconcileAction(Executor);

    /// <summary>Give up a model in an executor that does not become ready; <see cref="Serve"/> or <see cref="Retire"/> follows.</summary>
    /// <param name="Executor">The executor.</param>
    /// <param name="Model">The model's name.</param>
    /// <param name="Reason">Why.</param>
    public sealed record GiveUp(string Executor, string Model, string Reason) : ReconcileAction(Executor);

    /// <summary>Forget an executor that ended.</summary>
    /// <param name="Executor">The executor.</param>
    /// <param name="Lost">The models whose replicas were lost with it, those that drained not among them.</param>
    /// <param name="Reason">How it ended.</param>
    public sealed record Forget(string Executor, IReadOnlyList<string> Lost, string Reason) : ReconcileAction(Executor);
}
