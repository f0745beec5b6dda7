using System.Text.RegularExpressions;
using MuLambda.ServiceDefaults.Configuration;

namespace MuLambda.Registry.Configuration;

/// <summary>The command line, strictly: what is not an option of the registry is an error.</summary>
internal static partial class CommandLine
{
    public const string Usage = """
        Usage: MuLambda.Registry [option value | option=value]...
          --urls URL[;URL]              where to listen (http://localhost:5000)
          --state DIR                   the directory of catalog and artifacts (.mulambda/registry)
          --max-upload-bytes N          the largest upload (2 GiB)
          --max-unpacked-bytes N        the largest model when unpacked (4 GiB)
          --max-unpack-ratio N          how much larger than the upload (200)
          --max-entries N               the most files in an upload (10000)
          --concurrent-uploads N        uploads worked on at once (2)
          --queued-uploads N            uploads that wait (64)
          --upload-timeout-seconds N    the longest upload (900)
          --inspection-timeout-seconds N  the longest an upload's model may take to load (120)
          --retained-changes N          changes kept for watchers to resume from (10000)
          --max-watchers N              the most connections that watch (1000)
          --environment NAME            the name of the environment (Production)
          --Logging:..., --Registry:... a configuration key
        Environment variables: Registry__State and so on; and for a catalog that is not in the state directory
          ConnectionStrings__metadata   Redis: host:port[,password=...]
          ConnectionStrings__artifacts  S3: Endpoint=URL;AccessKey=...;SecretKey=...[;Bucket=models]
        """;

    private static readonly Dictionary<string, string> Options = new(StringComparer.Ordinal)
    {
        ["--urls"] = "urls",
        ["--environment"] = "environment",
        ["--state"] = Key(nameof(RegistryOptions.State)),
        ["--max-upload-bytes"] = Key(nameof(RegistryOptions.MaxUploadBytes)),
        ["--max-unpacked-bytes"] = Key(nameof(RegistryOptions.MaxUnpackedBytes)),
        ["--max-unpack-ratio"] = Key(nameof(RegistryOptions.MaxUnpackRatio)),
        ["--max-entries"] = Key(nameof(RegistryOptions.MaxEntries)),
        ["--concurrent-uploads"] = Key(nameof(RegistryOptions.ConcurrentUploads)),
        ["--queued-uploads"] = Key(nameof(RegistryOptions.QueuedUploads)),
        ["--upload-timeout-seconds"] = Key(nameof(RegistryOptions.UploadTimeoutSeconds)),
        ["--inspection-timeout-seconds"] = Key(nameof(RegistryOptions.InspectionTimeoutSeconds)),
        ["--retained-changes"] = Key(nameof(RegistryOptions.RetainedChanges)),
        ["--max-watchers"] = Key(nameof(RegistryOptions.MaxWatchers)),
    };

    /// <summary>Reads the arguments as configuration.</summary>
    /// <exception cref="CommandLineException">An argument is not an option, or has no value.</exception>
    public static Dictionary<string, string?> Parse(IReadOnlyList<string> arguments) =>
        CommandLineArguments.Parse(arguments, Options, ConfigurationKey().IsMatch);

    private static string Key(string name) => $"{RegistryOptions.Section}:{name}";

    [GeneratedRegex("^(Registry|Logging):[A-Za-z0-9_.:]+$", RegexOptions.CultureInvariant)]
    private static partial Regex ConfigurationKey();
}
