namespace MuLambda.Cli.Commands;

/// <summary>What the command's exit code says; part of its contract with scripts.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The platform refused, or something else went wrong.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or a file it names, is not right; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>There is no such model, executor or client, or no candidate for its criteria.</summary>
    public const int NotFound = 3;

    /// <summary>The platform's address is not known, or nothing answered there in time.</summary>
    public const int Unreachable = 4;

    /// <summary>Interrupted, as shells number it.</summary>
    public const int Interrupted = 130;
}
