using System.ComponentModel.DataAnnotations;
using MuLambda.Scaling;

namespace MuLambda.Selector;

/// <summary>The section <c>Slo</c> of the configuration: how clients' objectives are tracked.</summary>
internal sealed class SloOptions
{
    public const string Section = "Slo";

    /// <summary>What all windows are multiplied by, so that a demonstration sees days within minutes.</summary>
    [Range(SloTrackerOptions.MinWindowScale, 1)]
    public double WindowScale { get; set; } = 1;

    /// <summary>The requests that the long window of an alert must have seen before it fires.</summary>
    [Range(1, 1_000_000)]
    public long MinRequests { get; set; } = BurnRateAlert.DefaultMinRequests;

    /// <summary>The clients whose objectives are tracked; those beyond are not, which is logged.</summary>
    [Range(1, 100_000)]
    public int MaxClients { get; set; } = 4096;

    public SloTrackerOptions ToTrackerOptions() =>
        new([.. BurnRateAlert.Defaults.Select(alert => alert with { MinRequests = MinRequests })], WindowScale);
}
