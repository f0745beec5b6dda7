using System.Reflection;

namespace MuLambda.Hosting.Tests.Fixtures;

/// <summary>A web project whose build output is this assembly.</summary>
internal static class FixtureProject
{
    private static readonly string Configuration =
        typeof(FixtureProject).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>Writes the project below a directory.</summary>
    /// <returns>The project file.</returns>
    public static string Create(string directory)
    {
        var project = Path.Combine(directory, "Served");
        var output = Path.Combine(project, "bin", Configuration);
        Directory.CreateDirectory(output);
        if (!Directory.Exists(Path.Combine(output, "net10.0")))
        {
            Directory.CreateSymbolicLink(Path.Combine(output, "net10.0"), AppContext.BaseDirectory);
        }

        var file = Path.Combine(project, "Served.csproj");
        File.WriteAllText(file, """
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <AssemblyName>MuLambda.Hosting.Tests</AssemblyName>
              </PropertyGroup>
            </Project>
            """);
        return file;
    }
}
