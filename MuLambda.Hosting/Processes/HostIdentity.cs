namespace MuLambda.Hosting.Processes;

/// <summary>What marks the processes of one host, so that none of them can outlive it.</summary>
internal sealed class HostIdentity
{
    /// <summary>The variable by which a child knows its host's process.</summary>
    public const string ProcessVariable = "MULAMBDA_HOST_PID";

    /// <summary>The variable that marks a child, its children, and theirs.</summary>
    public const string MarkVariable = "MULAMBDA_HOST_ID";

    /// <summary>The mark.</summary>
    public string Mark { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The processes that carry the mark. Empty where the system does not tell (other than Linux).</summary>
    public IReadOnlyList<int> Survivors()
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        var survivors = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var id) && Carries(directory))
            {
                survivors.Add(id);
            }
        }

        return survivors;
    }

    private bool Carries(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "environ"))
                .Split('\0').Contains($"{MarkVariable}={Mark}", StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or belongs to someone else.
            return false;
        }
    }
}
