using System.Reflection;

namespace MuLambda.Hosting;

/// <summary>The program whose <c>AppHost.cs</c> runs.</summary>
internal static class AppHostProgram
{
    /// <summary>The assembly metadata that its project file sets.</summary>
    public const string ProjectPathKey = "AppHostProjectPath";

    /// <summary>
    /// Whether this process is an AppHost: then what is wrong is told in a sentence and by the exit code. In a process
    /// that merely uses the library it is thrown.
    /// </summary>
    public static bool IsThisProcess => Assembly.GetEntryAssembly() is { } entry && ProjectDirectory(entry) is not null;

    /// <summary>The directory of the project that an assembly was built from, or null if it is no AppHost's.</summary>
    public static string? ProjectDirectory(Assembly assembly) =>
        assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == ProjectPathKey)?.Value;

    /// <summary>Debug or Release.</summary>
    public static string BuildConfiguration(Assembly? assembly) =>
        assembly?.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration is { Length: > 0 } configuration ? configuration : "Debug";
}
