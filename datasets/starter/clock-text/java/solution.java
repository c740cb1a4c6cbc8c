        return String.format("%d:%02d", minutes / 60, minutes % 60);
    }
}
