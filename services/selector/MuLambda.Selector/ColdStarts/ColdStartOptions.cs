using System.ComponentModel.DataAnnotations;

namespace MuLambda.Selector;

/// <summary>The section <c>ColdStart</c> of the configuration: requests that wait for the first replica of a model.</summary>
internal sealed class ColdStartOptions
{
    public const string Section = "ColdStart";

    /// <summary>Requests that wait for one model, at most; more are refused.</summary>
    [Range(1, 100_000)]
    public int MaxQueued { get; set; } = 1024;

    /// <summary>The bytes of the inputs, as tensors, of all that wait for one model, at most; more are refused.</summary>
    [Range(1024, long.MaxValue)]
    public long MaxQueuedBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// The deadline of a request that names none and has to wait for a cold start, in milliseconds, where that is longer than its usual one: a request
    /// that needs a model to be downloaded, translated and loaded first is worth more patience than one that needs only an answer.
    /// </summary>
    [Range(1, SelectorOptions.LongestTimeoutMs)]
    public int TimeoutMs { get; set; } = 60_000;
}
