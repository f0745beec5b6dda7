namespace MuLambda.Registry.Models.Archives;

/// <summary>What an archive may hold.</summary>
/// <param name="Bytes">The bytes of its files together.</param>
/// <param name="Entries">Its files and directories.</param>
/// <param name="Ratio">How many times the archive's size its files may have; the first MiB is free.</param>
internal sealed record ArchiveLimits(long Bytes, int Entries, int Ratio)
{
    public const int NameLength = 512;
    public const int SegmentBytes = 255;
    public const int Depth = 32;

    private const long FreeBytes = 1024 * 1024;

    /// <summary>The bytes that an archive of a size may unpack to.</summary>
    public long BytesFor(long archiveBytes) => Math.Min(
        Bytes, archiveBytes > long.MaxValue / Ratio ? long.MaxValue : Math.Max(FreeBytes, archiveBytes * Ratio));
}
