using System.Reflection;

namespace MuLambda.Selector;

/// <summary>What the protocol tells of the server and of models.</summary>
internal static class OpenInferenceServer
{
    public const string Name = "mulambda-selector";

    /// <summary>What stands where others name a framework.</summary>
    public const string Platform = "mulambda_selector";

    /// <summary>What is understood beyond the protocol.</summary>
    public static readonly string[] Extensions = ["binary_tensor_data"];

    public static string Version { get; } =
        typeof(OpenInferenceServer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
