using System.ComponentModel.DataAnnotations;

namespace MuLambda.Prober.Options;

/// <summary>What the prober accompanies and measures; configuration section <c>Prober</c>.</summary>
internal sealed class ProberOptions
{
    public const string Section = "Prober";

    /// <summary>The node whose executors it accompanies and from which it measures.</summary>
    public string Node { get; set; } = "local";

    /// <summary>The registry's URL; null for service discovery's <c>registry</c>.</summary>
    public string? Registry { get; set; }

    /// <summary>Where an executor's Unix socket is looked for, as <c>{id}.sock</c>; null for nowhere.</summary>
    public string? SocketDirectory { get; set; }

    /// <summary>The executors of this node.</summary>
    public IList<ExecutorOptions> Executors { get; } = [];

    /// <summary>What may be probed: networks (<c>10.0.0.0/8</c>), addresses or host names; empty for loopback only.</summary>
    public IList<string> Allow { get; } = [];

    /// <summary>The time between two looks at an executor, each followed by its heartbeat.</summary>
    [Range(0.05, 60)]
    public double PollSeconds { get; set; } = 1;

    /// <summary>How long an executor, or the registry, may take to answer.</summary>
    [Range(0.05, 60)]
    public double PollTimeoutSeconds { get; set; } = 2;

    /// <summary>After so many unanswered looks in a row an executor counts as failed; a refused connection counts at once.</summary>
    [Range(1, 100)]
    public int FailuresBeforeFailed { get; set; } = 3;

    /// <summary>How long a registration lives without a heartbeat.</summary>
    public double LeaseSeconds { get; set; } = 10;

    /// <summary>The time between two probes of a client.</summary>
    [Range(0.05, 3600)]
    public double ProbeSeconds { get; set; } = 5;

    /// <summary>How long a client may take to answer; a probe that takes longer counts as this long.</summary>
    [Range(0.01, 60)]
    public double ProbeTimeoutSeconds { get; set; } = 2;

    /// <summary>
    /// For experiments: a probe leaves the node so much later, as on a slow network, and its round trip shows it; in milliseconds.
    /// </summary>
    [Range(0, 60_000)]
    public double ProbeDelayMs { get; set; }

    /// <summary>The samples that median and tail are taken over.</summary>
    [Range(1, 1000)]
    public int ProbeWindow { get; set; } = 20;

    /// <summary>The probes that run at the same time.</summary>
    [Range(1, 1024)]
    public int ProbeConcurrency { get; set; } = 64;

    /// <summary>The URL at which other nodes' probers reach this one; null for the address that it listens on.</summary>
    public string? Advertise { get; set; }

    /// <summary>
    /// The other nodes' probers that are probed to learn where this node lies; 0 for none, and no coordinate. Thirty-two are enough
    /// however many there are.
    /// </summary>
    [Range(0, 256)]
    public int Peers { get; set; } = 32;

    /// <summary>While there are no more clients than these, every node measures every client.</summary>
    [Range(0, 1_000_000)]
    public int MeasureAllUpTo { get; set; } = 64;

    /// <summary>Beyond that, the nodes drawn for each client that measure it.</summary>
    [Range(1, 64)]
    public int NodesPerClient { get; set; } = 8;

    /// <summary>Beyond that, the nodes that measure a client because they are predicted to be nearest to it.</summary>
    [Range(0, 64)]
    public int NearNodesPerClient { get; set; } = 8;

    /// <summary>How old a report may become while the figures stay the same.</summary>
    [Range(1, 300)]
    public double ReportSeconds { get; set; } = 30;
}
