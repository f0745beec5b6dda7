using System.ComponentModel.DataAnnotations;

namespace MuLambda.Selector;

/// <summary>The section <c>Demand</c> of the configuration.</summary>
internal sealed class DemandOptions
{
    public const string Section = "Demand";

    /// <summary>How often the demand is told, in milliseconds.</summary>
    [Range(10, 60_000)]
    public int IntervalMs { get; set; } = 500;

    /// <summary>Who may listen at a time; more are refused.</summary>
    [Range(1, 1024)]
    public int MaxListeners { get; set; } = 16;

    /// <summary>How long a listener may leave a report unread before its connection is cut, in milliseconds.</summary>
    [Range(10, 60_000)]
    public int SlowAfterMs { get; set; } = 2000;
}
