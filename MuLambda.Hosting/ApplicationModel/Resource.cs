namespace MuLambda.Hosting.ApplicationModel;

/// <summary>What all resources share.</summary>
public abstract class Resource : IResource
{
    private const int MaxNameLength = 64;

    /// <summary>Creates a resource.</summary>
    /// <param name="name">1 to 64 ASCII letters, digits and single hyphens; begins with a letter, does not end with a hyphen.</param>
    /// <exception cref="ArgumentException">The name is none.</exception>
    protected Resource(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!IsName(name))
        {
            throw new ArgumentException(
                $"'{name}' is not a resource name: 1 to {MaxNameLength} ASCII letters, digits and single hyphens, beginning with a letter and not ending with a hyphen.",
                nameof(name));
        }

        Name = name;
    }

    /// <inheritdoc />
    public virtual string Name { get; }

    /// <inheritdoc />
    public virtual ResourceAnnotationCollection Annotations { get; } = [];

    private static bool IsName(string name) =>
        name.Length <= MaxNameLength
        && char.IsAsciiLetter(name[0])
        && name[^1] != '-'
        && !name.Contains("--", StringComparison.Ordinal)
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
