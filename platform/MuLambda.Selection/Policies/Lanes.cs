using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MuLambda.Selection;

/// <summary>
/// Whole vectors of columns. Columns are padded to whole vectors (<see cref="CandidateColumns.Padded"/>), so a place that is a multiple of
/// the vector's length below the column's length is always within it; checking that for each of some twenty columns again would take
/// as long as the arithmetic.
/// </summary>
internal static class Lanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> At<T>(T[] column, int row)
        where T : struct => Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(column), (nuint)(uint)row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set<T>(T[] column, int row, Vector512<T> values)
        where T : struct => values.StoreUnsafe(ref MemoryMarshal.GetArrayDataReference(column), (nuint)(uint)row);
}
