using System.Globalization;

namespace MuLambda.Scaler.Local;

/// <summary>
/// Limits of processor time and memory by control groups (cgroup v2), where a group was delegated to this process: see the kernel's
/// Documentation/admin-guide/cgroup-v2.rst, Delegation. Where none was, executors run without limits.
/// </summary>
internal sealed class ControlGroups
{
    private const int PeriodMicroseconds = 100_000;
    private const string Mount = "/sys/fs/cgroup";

    private readonly string _root;
    private readonly double? _processors;
    private readonly long? _memoryBytes;

    private ControlGroups(string root, double? processors, long? memoryBytes) =>
        (_root, _processors, _memoryBytes) = (root, processors, memoryBytes);

    /// <summary>Finds out whether limits can be set.</summary>
    /// <param name="root">A group that was delegated; null to look for this process's own.</param>
    /// <param name="processors">The processors that an executor may use; null for all.</param>
    /// <param name="memoryBytes">The memory that an executor may use; null for all.</param>
    /// <param name="why">Why not; null where they can, or none are wanted.</param>
    public static ControlGroups? TryCreate(string? root, double? processors, long? memoryBytes, out string? why)
    {
        why = null;
        if (processors is null && memoryBytes is null)
        {
            return null;
        }

        try
        {
            var group = Path.Combine(root ?? Own(), "mulambda-executors");
            Directory.CreateDirectory(group);
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(group)!, "cgroup.subtree_control"), "+cpu +memory");
            File.WriteAllText(Path.Combine(group, "cgroup.subtree_control"), "+cpu +memory");
            return new ControlGroups(group, processors, memoryBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            why = e.Message;
            return null;
        }
    }

    /// <summary>Makes the group of an executor.</summary>
    /// <returns>Its path, into whose <c>cgroup.procs</c> the process writes itself; null where it cannot be made.</returns>
    public string? TryAdd(string executor)
    {
        var group = Path.Combine(_root, executor);
        try
        {
            Directory.CreateDirectory(group);
            if (_processors is { } processors)
            {
                File.WriteAllText(Path.Combine(group, "cpu.max"), string.Create(
                    CultureInfo.InvariantCulture, $"{(long)(processors * PeriodMicroseconds)} {PeriodMicroseconds}"));
            }

            if (_memoryBytes is { } bytes)
            {
                File.WriteAllText(Path.Combine(group, "memory.max"), bytes.ToString(CultureInfo.InvariantCulture));
            }

            return group;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes the group of an executor that has ended.</summary>
    public void Remove(string executor)
    {
        try
        {
            // A group is removed as an empty directory, although files show in it.
            Directory.Delete(Path.Combine(_root, executor));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Empty groups cost nothing.
        }
    }

    private static string Own()
    {
        var line = File.ReadLines("/proc/self/cgroup").FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))
            ?? throw new InvalidOperationException("This system has no cgroup v2.");
        return Path.Combine(Mount, line[3..].TrimStart('/'));
    }
}
