using System.Reflection;
using System.Runtime.InteropServices;

namespace MuLambda.Inference.Runtime;

/// <summary>Finds and loads the native library of ONNX Runtime.</summary>
internal static class OrtLibrary
{
    /// <summary>Names the library file where it lies somewhere else than the build puts it.</summary>
    public const string PathVariable = "MULAMBDA_ONNXRUNTIME";

    /// <summary>Loads the library.</summary>
    /// <returns>The handle of the loaded library.</returns>
    /// <exception cref="InferenceException">It is not there or does not load.</exception>
    public static nint Load() => Load([.. Candidates()]);

    /// <summary>Loads the first of these files that is there and loads.</summary>
    public static nint Load(IReadOnlyList<string> paths)
    {
        Exception? cause = null;
        foreach (var path in paths)
        {
            if (!File.Exists(path))
            {
                continue;
            }

            try
            {
                return NativeLibrary.Load(path);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                cause ??= e;
            }
        }

        throw new InferenceException(
            InferenceError.RuntimeMissing,
            cause is null
                ? $"ONNX Runtime's native library was not found at {string.Join(" or ", paths)}. Run `dotnet build` with npm on the PATH, which restores it, or set {PathVariable} to the library file."
                : $"ONNX Runtime's native library does not load: {cause.Message} Delete platform/MuLambda.Inference/native/node_modules and build again, or set {PathVariable} to the library file.",
            inner: cause);
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named)
        {
            yield return named;
            yield break;
        }

        var (system, file) = OperatingSystem.IsWindows() ? ("win", "onnxruntime.dll")
            : OperatingSystem.IsMacOS() ? ("osx", "libonnxruntime.1.dylib")
            : ("linux", "libonnxruntime.so.1");
#pragma warning disable CA1308 // Runtime identifiers are lower case.
        var rid = $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
#pragma warning restore CA1308
        var here = Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location);
        foreach (var root in new[] { AppContext.BaseDirectory, here }.OfType<string>().Select(Path.TrimEndingDirectorySeparator).Distinct())
        {
            yield return Path.Combine(root, "runtimes", rid, "native", file);
            yield return Path.Combine(root, file);
        }
    }
}
