using System.ComponentModel.DataAnnotations;

namespace MuLambda.Registry.Configuration;

/// <summary>The section <c>Registry</c> of the configuration.</summary>
internal sealed class RegistryOptions
{
    public const string Section = "Registry";

    /// <summary>The directory of the catalog's database and the artifacts. One registry at a time holds it.</summary>
    [Required]
    public string State { get; set; } = ".mulambda/registry";

    /// <summary>The bytes of an upload.</summary>
    [Range(1, 1L << 40)]
    public long MaxUploadBytes { get; set; } = 2L << 30;

    /// <summary>The bytes of an upload's files when unpacked. A tar's header counts to 8 GiB.</summary>
    [Range(1, (8L << 30) - 1)]
    public long MaxUnpackedBytes { get; set; } = 4L << 30;

    /// <summary>How many times larger than the upload its files may be; the first MiB is free.</summary>
    [Range(1, 100_000)]
    public int MaxUnpackRatio { get; set; } = 200;

    /// <summary>The files and directories in an upload.</summary>
    [Range(1, 1_000_000)]
    public int MaxEntries { get; set; } = 10_000;

    /// <summary>The uploads that are worked on at once; more wait.</summary>
    [Range(1, 64)]
    public int ConcurrentUploads { get; set; } = 2;

    /// <summary>The uploads that wait; more are refused at once.</summary>
    [Range(0, 10_000)]
    public int QueuedUploads { get; set; } = 64;

    /// <summary>How long an upload may take, in seconds, waiting included.</summary>
    [Range(1, 86_400)]
    public int UploadTimeoutSeconds { get; set; } = 900;

    /// <summary>How long it may take to load an upload's model and to try it, in seconds.</summary>
    [Range(1, 86_400)]
    public int InspectionTimeoutSeconds { get; set; } = 120;

    /// <summary>The changes retained for watchers to resume from.</summary>
    [Range(1, 1_000_000)]
    public int RetainedChanges { get; set; } = 10_000;

    /// <summary>The connections that may watch at once.</summary>
    [Range(1, 100_000)]
    public int MaxWatchers { get; set; } = 1_000;
}
