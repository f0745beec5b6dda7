namespace MuLambda.Selection.Coordinates;

/// <summary>The few linear equations that a step of least squares comes to, by Cholesky's decomposition.</summary>
internal static class NormalEquations
{
    private const int Stride = Coordinate.MaxDimensions + 1;

    /// <summary>Solves (A + damping (diag A + trace A / n)) x = b.</summary>
    /// <param name="matrix">A: symmetric, its lower triangle in rows of nine; it is overwritten.</param>
    /// <param name="right">b.</param>
    /// <param name="count">The number of equations.</param>
    /// <param name="damping">Above 0: makes the step shorter, and keeps unknowns still that nothing depends on.</param>
    /// <param name="solution">x.</param>
    /// <returns>False where the matrix is not positive definite in spite of the damping.</returns>
    public static bool TrySolve(
        Span<double> matrix, ReadOnlySpan<double> right, int count, double damping, Span<double> solution)
    {
        var trace = 0.0;
        for (var i = 0; i < count; i++)
        {
            trace += matrix[(i * Stride) + i];
        }

        for (var row = 0; row < count; row++)
        {
            matrix[(row * Stride) + row] += damping * (matrix[(row * Stride) + row] + (trace / count));
            for (var column = 0; column <= row; column++)
            {
                var sum = matrix[(row * Stride) + column];
                for (var k = 0; k < column; k++)
                {
                    sum -= matrix[(row * Stride) + k] * matrix[(column * Stride) + k];
                }

                if (row == column && !(sum > 0))
                {
                    return false;
                }

                matrix[(row * Stride) + column] = row == column ? Math.Sqrt(sum) : sum / matrix[(column * Stride) + column];
            }
        }

        for (var row = 0; row < count; row++)
        {
            var sum = right[row];
            for (var k = 0; k < row; k++)
            {
                sum -= matrix[(row * Stride) + k] * solution[k];
            }

            solution[row] = sum / matrix[(row * Stride) + row];
        }

        for (var row = count - 1; row >= 0; row--)
        {
            var sum = solution[row];
            for (var k = row + 1; k < count; k++)
            {
                sum -= matrix[(k * Stride) + row] * solution[k];
            }

            solution[row] = sum / matrix[(row * Stride) + row];
        }

        return true;
    }
}
