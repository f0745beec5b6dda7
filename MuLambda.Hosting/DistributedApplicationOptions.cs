namespace MuLambda.Hosting;

/// <summary>How an application is built.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>The command line.</summary>
    public string[]? Args { get; set; }

    /// <summary>The assembly of the AppHost; the program's own when null.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>The directory that relative paths begin at; the AppHost's project directory when null.</summary>
    public string? ProjectDirectory { get; set; }

    /// <summary>Where the resources' logs and states are written; the program's own output when null. Not in Aspire.</summary>
    public TextWriter? Output { get; set; }
}
