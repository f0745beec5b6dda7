using System.Xml;
using System.Xml.Linq;

namespace MuLambda.Hosting.Launching;

/// <summary>What must be known of a project to run its output.</summary>
internal static class ProjectFile
{
    private const string DefaultFramework = "net10.0";

    /// <summary>Whether it is a web application.</summary>
    /// <exception cref="DistributedApplicationException">There is no such project file, or it is none.</exception>
    public static bool IsWeb(string path) =>
        Load(path).Attribute("Sdk")?.Value.Split('/')[0] is "Microsoft.NET.Sdk.Web";

    /// <summary>The assembly that building the project in a configuration makes.</summary>
    public static string OutputAssembly(string path, string configuration)
    {
        var directory = Path.GetDirectoryName(path)!;
        var assembly = Property(path, "AssemblyName") ?? Path.GetFileNameWithoutExtension(path);
        var framework = Property(path, "TargetFramework") ?? InheritedFramework(directory) ?? DefaultFramework;
        return Path.Combine(directory, "bin", configuration, framework, assembly + ".dll");
    }

    private static string? InheritedFramework(string directory)
    {
        for (var above = new DirectoryInfo(directory); above is not null; above = above.Parent)
        {
            var props = Path.Combine(above.FullName, "Directory.Build.props");
            if (File.Exists(props))
            {
                // The build reads the nearest one only.
                return Property(props, "TargetFramework");
            }
        }

        return null;
    }

    private static string? Property(string path, string name) => Load(path).Elements("PropertyGroup").Elements(name)
        .Select(e => e.Value.Trim()).LastOrDefault(v => v.Length > 0 && !v.Contains("$(", StringComparison.Ordinal));

    private static XElement Load(string path)
    {
        try
        {
            return XDocument.Load(path).Root!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or XmlException)
        {
            throw new DistributedApplicationException($"Project file {path} cannot be read: {e.Message}");
        }
    }
}
