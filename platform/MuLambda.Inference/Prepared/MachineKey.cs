using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using MuLambda.Inference.Runtime;

namespace MuLambda.Inference.Prepared;

/// <summary>
/// What decides how a model is prepared, apart from the model. The runtime lays weights out for the vectors of the processor, and
/// another build of this library may translate differently.
/// </summary>
internal static class MachineKey
{
    private static readonly Lazy<string> Key = new(() => Hash(Describe()));

    public static string Current => Key.Value;

    private static string Hash(string description) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(description)).AsSpan(0, 8));

    private static string Describe() => string.Join(
        ' ', OrtApi.LibraryVersion, typeof(MachineKey).Module.ModuleVersionId, RuntimeInformation.RuntimeIdentifier, RuntimeInformation.ProcessArchitecture, Processor());

    // What the runtime's kernels ask the processor for.
    private static string Processor() => string.Join(
        ' ',
        new (string Name, bool IsThere)[]
        {
            ("avx", Avx.IsSupported), ("avx2", Avx2.IsSupported), ("fma", Fma.IsSupported), ("avxvnni", AvxVnni.IsSupported),
            ("avx512f", Avx512F.IsSupported), ("avx512bw", Avx512BW.IsSupported), ("avx512dq", Avx512DQ.IsSupported),
            ("avx512cd", Avx512CD.IsSupported), ("avx512vl", Avx512F.VL.IsSupported), ("neon", AdvSimd.IsSupported), ("dotprod", Dp.IsSupported),
        }.Where(feature => feature.IsThere).Select(feature => feature.Name));
}
