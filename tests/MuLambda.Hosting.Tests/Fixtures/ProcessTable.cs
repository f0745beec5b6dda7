namespace MuLambda.Hosting.Tests.Fixtures;

/// <summary>The processes of this machine, and files that they write.</summary>
internal static class ProcessTable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether a process runs; one that has ended but was not collected by its parent does not.</summary>
    public static bool Runs(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static Task UntilGoneAsync(int processId, CancellationToken cancellationToken) =>
        UntilAsync(() => !Runs(processId), cancellationToken);

    /// <summary>The numbers in a file, once there are as many.</summary>
    public static async Task<int[]> NumbersAsync(string file, int count, CancellationToken cancellationToken)
    {
        int[] numbers = [];
        await UntilAsync(
            () =>
            {
                numbers = File.Exists(file)
                    ? [.. File.ReadAllText(file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]
                    : [];
                return numbers.Length >= count && File.ReadAllText(file).EndsWith('\n');
            },
            cancellationToken);
        return numbers;
    }

    public static async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        // Nothing tells of another process's end or file: they are looked at until the deadline.
        using var timer = new PeriodicTimer(PollInterval);
        while (!condition())
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
