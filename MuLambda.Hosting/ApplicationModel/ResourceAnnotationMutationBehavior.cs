namespace MuLambda.Hosting.ApplicationModel;

/// <summary>What becomes of earlier annotations of the same type.</summary>
public enum ResourceAnnotationMutationBehavior
{
    /// <summary>They stay.</summary>
    Append = 0,

    /// <summary>They are removed.</summary>
    Replace = 1,
}
