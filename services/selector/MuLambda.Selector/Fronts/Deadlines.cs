using System.Globalization;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Selector;

/// <summary>
/// How long an inference may take: what its request says, or else the client's objective where that is longer than
/// <see cref="SelectorOptions.DefaultTimeoutMs"/>, or else that. A shorter objective does not shorten it: an answer that comes late is worth
/// more than a refusal, and whether objectives are met is what is measured. Where a request says nothing and has to wait for a cold start it has
/// <see cref="ColdStartOptions.TimeoutMs"/>, if that is longer.
/// </summary>
internal sealed class Deadlines(CatalogFollower catalog, IOptions<SelectorOptions> options, IOptions<ColdStartOptions> coldStarts)
{
    /// <summary>The header by which a request says it.</summary>
    public const string Header = "mulambda-timeout-ms";

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(SelectorOptions.LongestTimeoutMs);

    private readonly TimeSpan _default = TimeSpan.FromMilliseconds(options.Value.DefaultTimeoutMs);
    private readonly TimeSpan _coldStart = TimeSpan.FromMilliseconds(coldStarts.Value.TimeoutMs);

    /// <summary>How long a request may take.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">Who asks; null where criteria were given.</param>
    /// <param name="grpcTimeout">What gRPC's own header says; the shorter one counts. Null for nothing.</param>
    /// <exception cref="RequestException">The header is no number of milliseconds.</exception>
    public RequestTimeout Of(HttpRequest request, string? client, TimeSpan? grpcTimeout = null)
    {
        if (Asked(request, grpcTimeout) is { } asked)
        {
            return new RequestTimeout(asked, asked);
        }

        var usual = OfObjective(client);
        return new RequestTimeout(usual, usual < _coldStart ? _coldStart : usual);
    }

    /// <summary>The objective of a client; null where it states none.</summary>
    /// <param name="client">The client; null where criteria were given.</param>
    public Slo? SloOf(string? client) => client is null ? null : catalog.Clients.GetValueOrDefault(client)?.Slo;

    /// <summary>The time within which an objective wants a request to be answered; null where there is none. Queues aim at it.</summary>
    /// <param name="slo">The objective.</param>
    public static TimeSpan? TimeOf(Slo? slo) =>
        slo is { LatencyMs: var wanted and <= SelectorOptions.LongestTimeoutMs } ? TimeSpan.FromMilliseconds(wanted) : null;

    /// <summary>How long a caller may take to send a request whose client is not known before it is there.</summary>
    /// <exception cref="RequestException">The header is no number of milliseconds.</exception>
    public TimeSpan OfSending(HttpRequest request) => Asked(request, GrpcTimeoutOf(request)) ?? _default;

    private static TimeSpan? Asked(HttpRequest request, TimeSpan? grpcTimeout)
    {
        var asked = grpcTimeout < Longest ? grpcTimeout : grpcTimeout is null ? null : Longest;
        if (request.Headers[Header] is not { Count: > 0 } values)
        {
            return asked;
        }

        var header = int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds is >= 1 and <= SelectorOptions.LongestTimeoutMs
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw RequestException.Invalid(
                Header, $"is '{values}'; it must be a number of milliseconds from 1 to {SelectorOptions.LongestTimeoutMs}.");
        return asked < header ? asked : header;
    }

    // What is no timeout the server refuses by itself.
    private static TimeSpan? GrpcTimeoutOf(HttpRequest request) =>
        GrpcTimeout.TryParse(request.Headers[GrpcHeaders.Timeout].ToString(), out var timeout) ? timeout : null;

    private TimeSpan OfObjective(string? client) =>
        SloOf(client) is { LatencyMs: var wanted } && wanted > _default.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(Math.Min(wanted, SelectorOptions.LongestTimeoutMs))
            : _default;
}
