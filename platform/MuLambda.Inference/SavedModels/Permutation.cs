using System.Runtime.InteropServices;

namespace MuLambda.Inference.SavedModels;

/// <summary>Orders of dimensions: axis i of the result is axis <c>permutation[i]</c> of the source.</summary>
internal static class Permutation
{
    public static bool IsIdentity(int[] permutation)
    {
        for (var i = 0; i < permutation.Length; i++)
        {
            if (permutation[i] != i)
            {
                return false;
            }
        }

        return true;
    }

    public static int[] Invert(int[] permutation)
    {
        var inverse = new int[permutation.Length];
        for (var i = 0; i < permutation.Length; i++)
        {
            inverse[permutation[i]] = i;
        }

        return inverse;
    }

    /// <summary>What is left where dimensions of the result are dropped.</summary>
    public static int[] Without(int[] permutation, IReadOnlyCollection<int> axes)
    {
        var left = permutation.Where((_, i) => !axes.Contains(i)).ToArray();
        var order = left.Order().ToArray();
        return Array.ConvertAll(left, axis => Array.IndexOf(order, axis));
    }

    /// <summary>Whether the elements stay in their order, because only dimensions of one move.</summary>
    public static bool KeepsOrder(int[] permutation, IReadOnlyList<long> source)
    {
        var moving = permutation.Where(axis => source[axis] != 1).ToArray();
        return moving.Order().SequenceEqual(moving);
    }

    /// <summary>Copies elements of a size into the order of the result.</summary>
    public static void Copy(ReadOnlySpan<byte> source, Span<byte> target, int size, long[] shape, int[] permutation)
    {
        switch (size)
        {
            case 1:
                Copy(source, target, shape, permutation);
                break;
            case 2:
                Copy(MemoryMarshal.Cast<byte, short>(source), MemoryMarshal.Cast<byte, short>(target), shape, permutation);
                break;
            case 4:
                Copy(MemoryMarshal.Cast<byte, int>(source), MemoryMarshal.Cast<byte, int>(target), shape, permutation);
                break;
            case 8:
                Copy(MemoryMarshal.Cast<byte, long>(source), MemoryMarshal.Cast<byte, long>(target), shape, permutation);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(size), size, "Elements have 1, 2, 4 or 8 bytes.");
        }
    }

    private static void Copy<T>(ReadOnlySpan<T> source, Span<T> target, long[] shape, int[] permutation)
    {
        if (target.Length == 0)
        {
            return;
        }

        var rank = shape.Length;
        var strides = new int[rank];
        var stride = 1;
        for (var axis = rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= (int)shape[axis];
        }

        var sizes = Array.ConvertAll(permutation, axis => (int)shape[axis]);
        var steps = Array.ConvertAll(permutation, axis => strides[axis]);
        var (last, step) = rank == 0 ? (1, 1) : (sizes[^1], steps[^1]);
        var at = new int[rank];
        var from = 0;
        for (var to = 0; to < target.Length; to += last)
        {
            for (int i = 0, s = from; i < last; i++, s += step)
            {
                target[to + i] = source[s];
            }

            for (var axis = rank - 2; axis >= 0; axis--)
            {
                from += steps[axis];
                if (++at[axis] < sizes[axis])
                {
                    break;
                }

                from -= steps[axis] * sizes[axis];
                at[axis] = 0;
            }
        }
    }
}
