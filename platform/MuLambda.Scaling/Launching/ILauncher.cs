namespace MuLambda.Scaling;

/// <summary>
/// Starts and ends executors. It carries out and tells; it decides nothing. What it launched outlives it: the next one lists it again.
/// </summary>
public interface ILauncher
{
    /// <summary>The node that it launches on, as catalog and deployments name it.</summary>
    string Node { get; }

    /// <summary>Raised after an executor's progress or end was noticed, from any thread.</summary>
    event Action? Changed;

    /// <summary>Lists what was launched and not forgotten, those that ended meanwhile included.</summary>
    IReadOnlyList<LaunchedExecutor> List();

    /// <summary>
    /// Sees to it that an executor is there and serves the models: it is launched where it is not there, and given other models where it
    /// serves others. It returns as soon as that is recorded and under way; <see cref="List"/> tells how it goes on.
    /// </summary>
    /// <param name="spec">The executor.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LaunchException">It cannot be launched; nothing is left of it.</exception>
    Task LaunchAsync(LaunchSpec spec, CancellationToken cancellationToken);

    /// <summary>Asks an executor to finish what it has and to end, and ends it where it has not.</summary>
    /// <param name="id">The executor; one that is not there has been retired.</param>
    /// <param name="grace">How long it may take.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>A task that ends when the executor has.</returns>
    Task RetireAsync(string id, TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>Forgets an executor that has ended.</summary>
    /// <param name="id">The executor.</param>
    void Forget(string id);
}
