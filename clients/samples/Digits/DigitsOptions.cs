using System.ComponentModel.DataAnnotations;

namespace Digits;

/// <summary>As which client the application asks, and what it asks for; section <c>Client</c>.</summary>
internal sealed class DigitsOptions
{
    public const string Section = "Client";

    /// <summary>The client's id.</summary>
    [Required]
    public string Id { get; init; } = "digits-balanced";

    /// <summary>How much a short answer time matters, beside <see cref="Accuracy"/>.</summary>
    [Range(0, 1e6)]
    public double Latency { get; init; } = 0.5;

    /// <summary>How much an accurate answer matters, beside <see cref="Latency"/>.</summary>
    [Range(0, 1e6)]
    public double Accuracy { get; init; } = 0.5;

    /// <summary>The node it runs on.</summary>
    public string? Node { get; init; }
}
