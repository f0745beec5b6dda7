using System.Security.Cryptography;
using System.Text;

namespace MuLambda.Scaler.Reconciling;

/// <summary>The ids of launched executors: what they are for, whose they are, and chance.</summary>
internal static class ExecutorIds
{
    private const int LongestName = 40;
    private const int TagDigits = 8;
    private const int RandomDigits = 8;

    /// <summary>What the ids carry of executors that are recorded in a state directory of this machine.</summary>
    public static string TagOf(string state) =>
        $"-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.MachineName}:{Path.GetFullPath(state)}")))[..TagDigits]}-";

    /// <summary>An id that no other executor has.</summary>
    public static string Create(string name, string tag) =>
        (name.Length > LongestName ? name[..LongestName].TrimEnd('-') : name) + tag + RandomNumberGenerator.GetHexString(RandomDigits, lowercase: true);
}
