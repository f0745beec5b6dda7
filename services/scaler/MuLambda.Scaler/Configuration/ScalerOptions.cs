using System.ComponentModel.DataAnnotations;
using MuLambda.Catalog;
using MuLambda.Scaling;

namespace MuLambda.Scaler;

/// <summary>The section <c>Scaler</c> of the configuration.</summary>
internal sealed class ScalerOptions : IValidatableObject
{
    public const string Section = "Scaler";

    private const string Name = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

    /// <summary>The registry's URL; without it the service <c>registry</c> is looked up.</summary>
    public Uri? Registry { get; set; }

    /// <summary>The scaler's id, which no other has; without it every start has one of its own.</summary>
    [Required]
    [RegularExpression(Name, ErrorMessage = "Id must be 1 to 63 lower-case letters, digits and inner hyphens.")]
    public string Id { get; set; } = $"scaler-{Guid.NewGuid():N}"[..19];

    /// <summary>The node that it launches executors on.</summary>
    [Required]
    [RegularExpression(Name, ErrorMessage = "Node must be 1 to 63 lower-case letters, digits and inner hyphens.")]
    public string Node { get; set; } = "local";

    /// <summary>Where the records of launched executors are. Scalers that share it take each other's executors over.</summary>
    [Required]
    public string State { get; set; } = Path.Combine(".mulambda", "scaler");

    /// <summary>Where the executors' Unix sockets are; without it they have none.</summary>
    public string? SocketDirectory { get; set; }

    /// <summary>Where executors keep downloaded models; without it the executor's default.</summary>
    public string? Cache { get; set; }

    /// <summary>The executor's assembly or executable; without it, it is looked for beside the scaler and in the repository.</summary>
    public string? Executor { get; set; }

    /// <summary>Further arguments of the executors.</summary>
    public IList<string> ExecutorArguments { get; } = [];

    /// <summary>How long a scaler leads without renewing, in seconds.</summary>
    [Range(Leases.MinSeconds, Leases.MaxSeconds)]
    public double LeaseSeconds { get; set; } = 5;

    /// <summary>The time between two decisions while nothing happens that asks for one, in milliseconds.</summary>
    [Range(10, 60_000)]
    public int DecideMs { get; set; } = 500;

    /// <summary>A selector that reported nothing for so long leaves the demand unknown, in seconds.</summary>
    [Range(0.1, 3600)]
    public double DemandFreshSeconds { get; set; } = 3;

    /// <summary>Executors end by themselves so long after their scaler was last alive, in seconds.</summary>
    [Range(0.5, 86_400)]
    public double KeepAliveSeconds { get; set; } = 30;

    /// <summary>How long a launch may take, in seconds; then it is given up.</summary>
    [Range(0.1, 86_400)]
    public double ReadySeconds { get; set; } = 60;

    /// <summary>The longest wait after the first launch that failed, in seconds; it doubles with every further one.</summary>
    [Range(0.01, 3600)]
    public double BackoffSeconds { get; set; } = 1;

    /// <summary>The longest wait between two launches of a model that fail, in seconds.</summary>
    [Range(0.01, 86_400)]
    public double MaxBackoffSeconds { get; set; } = 60;

    /// <summary>A replica that served for so long is a success: failures before it are forgotten; in seconds.</summary>
    [Range(0, 86_400)]
    public double ForgivenSeconds { get; set; } = 30;

    /// <summary>Models that take at most so much memory, as estimated, share executors; 0 for none; in MiB.</summary>
    [Range(0, 1 << 20)]
    public int SmallModelMegabytes { get; set; } = 64;

    /// <summary>The memory of the models in a shared executor, in MiB.</summary>
    [Range(1, 1 << 20)]
    public int SharedExecutorMegabytes { get; set; } = 256;

    /// <summary>The executors that are started before anybody needs them.</summary>
    [Range(0, 64)]
    public int Pool { get; set; } = 2;

    /// <summary>How long a draining replica is left alone at least, until every selector knows, in seconds.</summary>
    [Range(0, 3600)]
    public double DrainSettleSeconds { get; set; } = 1;

    /// <summary>How long a draining executor may take to finish what it has, in seconds.</summary>
    [Range(0, 86_400)]
    public double DrainGraceSeconds { get; set; } = 30;

    /// <summary>How long an executor may take to end after SIGTERM, in seconds; then it is killed.</summary>
    [Range(0, 3600)]
    public double StopGraceSeconds { get; set; } = 10;

    /// <summary>The processors that an executor may use, where control groups permit; null for all.</summary>
    [Range(0.01, 4096)]
    public double? Processors { get; set; }

    /// <summary>The memory that an executor may use, where control groups permit, in MiB; null for all.</summary>
    [Range(16, 1 << 24)]
    public int? MemoryMegabytes { get; set; }

    /// <summary>The control group that was delegated to the scaler; null for its own.</summary>
    public string? ControlGroup { get; set; }

    /// <summary>Whether its executors end with it, when it is asked to end.</summary>
    public bool RetireOnExit { get; set; }

    /// <summary>What of it concerns the reconciler.</summary>
    public ReconcilerOptions Reconciling => new()
    {
        ReadyDeadline = TimeSpan.FromSeconds(ReadySeconds),
        DrainSettle = TimeSpan.FromSeconds(DrainSettleSeconds),
        DrainGrace = TimeSpan.FromSeconds(DrainGraceSeconds),
        SmallModelBytes = (long)SmallModelMegabytes << 20,
        SharedExecutorBytes = (long)SharedExecutorMegabytes << 20,
        Pool = Pool,
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Registry is { } registry && (!registry.IsAbsoluteUri || registry.Scheme is not ("http" or "https")))
        {
            yield return new ValidationResult("Registry must be an absolute http or https URL.", [nameof(Registry)]);
        }

        if (Executor is { } program && !File.Exists(program))
        {
            yield return new ValidationResult($"Executor is '{program}', which does not exist.", [nameof(Executor)]);
        }

        if (MaxBackoffSeconds < BackoffSeconds)
        {
            yield return new ValidationResult("MaxBackoffSeconds is less than BackoffSeconds.", [nameof(MaxBackoffSeconds)]);
        }

        if (DrainGraceSeconds < DrainSettleSeconds)
        {
            yield return new ValidationResult("DrainGraceSeconds is less than DrainSettleSeconds.", [nameof(DrainGraceSeconds)]);
        }
    }
}
