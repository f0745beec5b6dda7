using MuLambda.Catalog;
using MuLambda.Cli.Commands;

namespace MuLambda.Cli.Experiments;

/// <summary>The client applications of a live run.</summary>
internal sealed class LiveApplications(LivePlatform platform) : IAsyncDisposable
{
    private readonly List<LiveApplication> _applications = [];

    /// <summary>Starts one.</summary>
    public async Task StartAsync(string id, Criteria criteria, CancellationToken cancellationToken) => _applications.Add(
        await LiveApplication.StartAsync(id, criteria, platform.RegistryAddress, platform.SelectorAddress(0), cancellationToken));

    /// <summary>Waits until every selector has all executors as candidates for every application, at measured distances.</summary>
    /// <exception cref="CliException">That is not so in time.</exception>
    public async Task WaitUntilKnownAsync(int selectors, int executors, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        for (var selector = 0; selector < selectors; selector++)
        {
            foreach (var application in _applications)
            {
                try
                {
                    await LiveCandidates.WaitAsync(platform.SelectorAddress(selector), application.Id, executors, deadline.Token);
                }
                catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
                {
                    throw new CliException(
                        ExitCodes.Failed,
                        FormattableString.Invariant(
                            $"After {timeout.TotalSeconds:0} s selector {selector} did not have {executors} candidates at measured distances for {application.Id}."),
                        e);
                }
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
