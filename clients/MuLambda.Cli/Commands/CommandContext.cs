using System.CommandLine;
using MuLambda.Catalog.Http;
using MuLambda.Cli.Endpoints;
using MuLambda.Cli.Terminal;
using MuLambda.Client;

namespace MuLambda.Cli.Commands;

/// <summary>What a running command works with: its arguments, its output and the platform.</summary>
internal sealed class CommandContext(ParseResult arguments, GlobalOptions globals, CliConsole console) : IDisposable
{
    // A command waits for a person: it gives up sooner than an application.
    private const int Attempts = 5;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RegistryTimeout = TimeSpan.FromSeconds(30);

    private readonly EndpointResolver _endpoints = new(console, arguments.GetValue(globals.State));
    private HttpClient? _http;

    public CliConsole Console { get; } = console;

    public Output Output { get; } = new(console, arguments.GetValue(globals.Json), arguments.GetValue(globals.NoColor));

    /// <summary>How long a call may take, as the user says; null where nothing is said.</summary>
    public TimeSpan? Timeout { get; } = arguments.GetValue(globals.Timeout);

    public T? Get<T>(Option<T> option) => arguments.GetValue(option);

    public T? Get<T>(Argument<T> argument) => arguments.GetValue(argument);

    public bool Has(Option option) => arguments.GetResult(option) is { Implicit: false };

    /// <summary>Calls the registry; all the work has to be done within the timeout.</summary>
    /// <exception cref="CliException">The address is not known, or the time is up.</exception>
    public async Task<T> CallRegistryAsync<T>(
        Func<RegistryClient, CancellationToken, Task<T>> call, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        var address = _endpoints.Find("registry", arguments.GetValue(globals.Registry));

        // A proxy of the environment does not know the platform's own addresses.
        _http ??= new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = address,
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        var limit = Timeout ?? timeout ?? RegistryTimeout;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            return await call(new RegistryClient(_http), deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(
                ExitCodes.Unreachable, $"The registry at {address} did not answer within {limit.TotalSeconds:0.###} s.", e);
        }
        catch (HttpRequestException e)
        {
            throw new CliException(ExitCodes.Unreachable, $"The registry at {address} is not reachable: {e.Message}", e);
        }
    }

    /// <summary>A client of the selector that asks in the name of <paramref name="id"/>.</summary>
    public MuLambdaClient CreateClient(string id) => new(
        id,
        _endpoints.Find("selector", arguments.GetValue(globals.Selector)),
        new CallOptions(Timeout ?? CallTimeout, Attempts));

    public void Dispose() => _http?.Dispose();
}
