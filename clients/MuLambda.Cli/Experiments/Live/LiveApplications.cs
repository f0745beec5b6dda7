using MuLambda.Catalog;
using MuLambda.Cli.Commands;

namespace MuLambda.Cli.Experiments;

/// <summary>The client applications of a live run.</summary>
/// <param name="registry">The registry where they register.</param>
internal sealed class LiveApplications(Uri registry) : IAsyncDisposable
{
    private readonly List<LiveApplication> _applications = [];

    /// <summary>Starts one.</summary>
    public async Task StartAsync(string id, Criteria criteria, CancellationToken cancellationToken) => _applications.Add(
        await LiveApplication.StartAsync(id, criteria, registry, cancellationToken));

    /// <summary>Waits until a selector has all executors as candidates for every application, at measured distances.</summary>
    /// <exception cref="CliException">That is not so in time.</exception>
    public async Task WaitUntilKnownAsync(Uri selector, int executors, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        foreach (var application in _applications)
        {
            try
            {
                await LiveCandidates.WaitAsync(selector, application.Id, executors, deadline.Token);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new CliException(
                    ExitCodes.Failed,
                    FormattableString.Invariant(
                        $"After {timeout.TotalSeconds:0} s the selector did not have {executors} candidates at measured distances for {application.Id}."),
                    e);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var application in _applications)
        {
            await application.DisposeAsync();
        }
    }
}
