using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MuLambda.Selector;

/// <summary>The id of a selector that was given none.</summary>
internal static class ReplicaId
{
    // Leaves room for the longest process id and the rest below the 63 characters of an id.
    private const int MachineLength = 40;

    /// <summary>An id that tells where the process runs, and that no other has, not even the next of the same process id.</summary>
    public static string Create() => Create(Environment.MachineName, Environment.ProcessId);

    internal static string Create(string machine, int process)
    {
        var name = new StringBuilder();
        foreach (var c in machine.ToLowerInvariant())
        {
            name.Append(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '-');
        }

        var place = name.ToString(0, Math.Min(name.Length, MachineLength)).Trim('-');
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(place.Length > 0 ? place : "selector")}-{process}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
    }
}
