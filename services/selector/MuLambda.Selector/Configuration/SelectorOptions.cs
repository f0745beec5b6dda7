using System.ComponentModel.DataAnnotations;
using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>The section <c>Selector</c> of the configuration.</summary>
internal sealed class SelectorOptions : IValidatableObject
{
    public const string Section = "Selector";

    /// <summary>The longest deadline a caller may ask for, in milliseconds.</summary>
    public const int LongestTimeoutMs = 3_600_000;

    /// <summary>The most that <see cref="MaxRequestBytes"/> may allow.</summary>
    public const int LargestRequestBytes = 64 * 1024 * 1024;

    /// <summary>The port of gRPC on the addresses of REST, 0 for any; null for the configuration's GRPC_PORT, without which there is no gRPC.</summary>
    [Range(0, 65_535)]
    public int? GrpcPort { get; set; }

    /// <summary>The registry's URL; without it the service <c>registry</c> is looked up.</summary>
    public Uri? Registry { get; set; }

    /// <summary>The selector's id, which no other may have; without it every start has one of its own.</summary>
    [Required]
    [RegularExpression("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", ErrorMessage = "Id must be 1 to 63 lower-case letters, digits and inner hyphens.")]
    public string Id { get; set; } = ReplicaId.Create();

    /// <summary>How long its registration lives without a renewal, in seconds.</summary>
    [Range(Leases.MinSeconds, Leases.MaxSeconds)]
    public double LeaseSeconds { get; set; } = 10;

    /// <summary>
    /// The URL of its REST API as others reach it, which it registers; without it the first address that it listens on, of which "any" counts as this machine's own.
    /// </summary>
    public Uri? Advertise { get; set; }

    /// <summary>The node this selector runs on: calls to its executors have no network in them.</summary>
    [Required]
    [RegularExpression("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", ErrorMessage = "Node must be 1 to 63 lower-case letters, digits and inner hyphens.")]
    public string Node { get; set; } = "local";

    /// <summary>The selection policy.</summary>
    [Required]
    public string Policy { get; set; } = SelectionPolicies.Default;

    /// <summary>Where the chance of the random policy starts; without it every start differs.</summary>
    public long? Seed { get; set; }

    /// <summary>The deadline of an inference that names none, and of the body of a selection, in milliseconds.</summary>
    [Range(1, LongestTimeoutMs)]
    public int DefaultTimeoutMs { get; set; } = 10_000;

    /// <summary>Selections and inferences at a time; more are refused.</summary>
    [Range(1, 100_000)]
    public int MaxConcurrentRequests { get; set; } = 1024;

    /// <summary>The largest body of an inference, in bytes.</summary>
    [Range(1024, LargestRequestBytes)]
    public int MaxRequestBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Executors asked for one inference until one answers.</summary>
    [Range(1, 16)]
    public int MaxAttempts { get; set; } = 4;

    /// <summary>An executor that stays silent for so long is left out like one that fails, in milliseconds.</summary>
    [Range(1, LongestTimeoutMs)]
    public int UnresponsiveAfterMs { get; set; } = 2000;

    /// <summary>How long an executor is left out after its first failure, in milliseconds; it doubles with every further one.</summary>
    [Range(1, 3_600_000)]
    public int QuarantineMs { get; set; } = 500;

    /// <summary>The longest it is left out, in milliseconds.</summary>
    [Range(1, 3_600_000)]
    public int MaxQuarantineMs { get; set; } = 30_000;

    /// <summary>The requests that are remembered for what their clients tell of them afterwards, rounded up to a power of two.</summary>
    [Range(1, 1 << 24)]
    public int FeedbackRequests { get; set; } = 1 << 17;

    /// <summary>How long they are remembered, in seconds.</summary>
    [Range(1, 86_400)]
    public int FeedbackSeconds { get; set; } = 900;

    /// <summary>Maps the constant answer that benchmarks compare a selection with; off for any other use.</summary>
    public bool ConstantEndpoint { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Registry is { } registry && (!registry.IsAbsoluteUri || registry.Scheme is not ("http" or "https")))
        {
            yield return new ValidationResult("Registry must be an absolute http or https URL.", [nameof(Registry)]);
        }

        if (Advertise is { } advertise && (!advertise.IsAbsoluteUri || advertise.Scheme is not ("http" or "https")))
        {
            yield return new ValidationResult("Advertise must be an absolute http or https URL.", [nameof(Advertise)]);
        }

        if (!SelectionPolicies.Names.Contains(Policy))
        {
            yield return new ValidationResult(
                $"Policy is '{Policy}'; it must be one of {string.Join(", ", SelectionPolicies.Names)}.", [nameof(Policy)]);
        }

        if (MaxQuarantineMs < QuarantineMs)
        {
            yield return new ValidationResult(
                $"MaxQuarantineMs is {MaxQuarantineMs}; it must be at least QuarantineMs, {QuarantineMs}.", [nameof(MaxQuarantineMs)]);
        }
    }
}
