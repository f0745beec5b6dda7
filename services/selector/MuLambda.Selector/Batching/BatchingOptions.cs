using System.ComponentModel.DataAnnotations;
using MuLambda.Batching;

namespace MuLambda.Selector;

/// <summary>The section <c>Batching</c> of the configuration. The default policy needs none of it.</summary>
internal sealed class BatchingOptions : IValidatableObject
{
    public const string Section = "Batching";

    /// <summary>The batch policy: none, fixed, aimd or adaptive.</summary>
    [Required]
    public string Policy { get; set; } = BatchPolicies.Default;

    /// <summary>Examples in a batch, at most.</summary>
    [Range(1, 65_536)]
    public int MaxItems { get; set; } = 256;

    /// <summary>Requests that wait for one executor, at most; more are refused.</summary>
    [Range(1, 100_000)]
    public int MaxQueued { get; set; } = 1024;

    /// <summary>How likely a batch shall be answered before the earliest deadline in it.</summary>
    [Range(0.5, 0.9999)]
    public double Probability { get; set; } = 0.99;

    /// <summary>Batches at a time in one executor, at most.</summary>
    [Range(1, BatchServiceTime.MostInFlight)]
    public int MaxInFlight { get; set; } = BatchServiceTime.MostInFlight;

    /// <summary>Of <c>fixed</c>: examples in a batch.</summary>
    [Range(1, 65_536)]
    public int FixedItems { get; set; } = 32;

    /// <summary>Of <c>fixed</c>: how long the first request waits for others, in milliseconds.</summary>
    [Range(0, 60_000)]
    public double FixedTimeoutMs { get; set; } = 2;

    /// <summary>Of <c>fixed</c>: batches at a time.</summary>
    [Range(1, 1024)]
    public int FixedInFlight { get; set; } = 2;

    public IBatchPolicy CreatePolicy() =>
        BatchPolicies.Create(Policy, new BatchPolicyOptions(FixedItems, FixedTimeoutMs, FixedInFlight, MaxInFlight));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!BatchPolicies.Names.Contains(Policy))
        {
            yield return new ValidationResult(
                $"Policy is '{Policy}'; it must be one of {string.Join(", ", BatchPolicies.Names)}.", [nameof(Policy)]);
        }
    }
}
