namespace MuLambda.Load;

/// <summary>What is put under load.</summary>
public interface ILoadTarget : IDisposable
{
    /// <summary>Where it is, as results name it.</summary>
    string Address { get; }

    /// <summary>
    /// Sends a request and reads the whole answer. Returns as soon as the request is on its way, and never throws for what the network or the
    /// target does.
    /// </summary>
    /// <param name="number">The request's number in the run; it says which of the prepared requests is sent.</param>
    /// <param name="items">The examples it carries.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="abort">Gives the request up because the run ends.</param>
    /// <returns>Null where it was answered right.</returns>
    Task<LoadFailure?> SendAsync(long number, int items, TimeSpan timeout, CancellationToken abort);
}
