using MuLambda.Catalog;

namespace MuLambda.Client;

/// <summary>What an application tells the platform about itself; checked when the application starts.</summary>
public sealed class MuLambdaClientOptions
{
    /// <summary>The client's id: 1 to 63 lower-case letters, digits and inner hyphens.</summary>
    public string Id { get; set; } = "";

    /// <summary>What it asks of a model.</summary>
    public Criteria? Criteria { get; set; }

    /// <summary>The service-level objective it wants held; null for none.</summary>
    public Slo? Slo { get; set; }

    /// <summary>The registry's base URL; configuration <c>services:registry:http:0</c> where null.</summary>
    public Uri? Registry { get; set; }

    /// <summary>The selector's base URL; configuration <c>services:selector:http:0</c> where null.</summary>
    public Uri? Selector { get; set; }

    /// <summary>The node the application runs on; null where it is not known.</summary>
    public string? Node { get; set; }

    /// <summary>How long the registration lives without a renewal, in seconds; it is renewed three times as often.</summary>
    public double LeaseSeconds { get; set; } = Leases.DefaultSeconds;

    /// <summary>How long a call may take with all its retries.</summary>
    public TimeSpan Timeout { get; set; } = CallOptions.DefaultTimeout;

    /// <summary>How often a call is sent at most.</summary>
    public int MaxAttempts { get; set; } = new CallOptions().MaxAttempts;

    /// <summary>
    /// The URL at which others reach the probe. Where null it is made of the first address the server is bound to and the
    /// path given to <see cref="MuLambdaProbeExtensions.MapMuLambdaProbe"/>, an address of every interface being taken as loopback;
    /// without a mapped probe the client registers none.
    /// </summary>
    public Uri? ProbeEndpoint { get; set; }

    internal Catalog.Client ToClient(string? probeEndpoint) =>
        new(Id, Criteria!, Slo, ProbeEndpoint?.OriginalString ?? probeEndpoint, Node, LeaseSeconds);
}
